"""What is wrong with a portfolio's folder and with the machine that it lies on; nothing here changes anything."""
