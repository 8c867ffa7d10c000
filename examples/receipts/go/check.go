// Prints what the reader makes of the receipts in a file: go run . receipts.json
package main

import (
	"encoding/json"
	"os"
	"strings"
	"time"
)

func main() {
	var file struct {
		Reader
		Now     int64
		Vectors []struct {
			Receipt string
			Owner   *string
		}
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		panic(err)
	}
	file.MaxAge = 24 * time.Hour
	results := []any{}
	for _, vector := range file.Vectors {
		receipt, err := file.Read(vector.Receipt, vector.Owner, time.Unix(file.Now, 0))
		if err != nil {
			code, _, _ := strings.Cut(err.Error(), ":")
			results = append(results, map[string]string{"error": code})
			continue
		}
		results = append(results, map[string]any{"payload": receipt})
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}
