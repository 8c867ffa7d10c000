module gallery

go 1.24
