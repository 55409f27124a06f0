"""Books that pupils take home: a little plugin that shows the contract from outside."""
