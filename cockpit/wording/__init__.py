"""The one place for the words in which a kind of thing is shown, in the shell, in the app and on paper."""
