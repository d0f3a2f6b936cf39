"""What is below a posted clip: buttons, the forms that they open, and what they say."""
