"""The pages of prices that a person makes."""
