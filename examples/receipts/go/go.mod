module receipts

go 1.24
