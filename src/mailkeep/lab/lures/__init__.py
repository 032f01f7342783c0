"""Mail that nobody sent: lures and honest business mail, written from templates in many languages, to train and test on."""
