package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Receipt is a receipt's content.
type Receipt struct {
	V            int               `json:"v"`
	Place        [3]string         `json:"place"`
	Key          string            `json:"key"`
	VersionID    string            `json:"versionId,omitempty"`
	Size         int64             `json:"size"`
	Type         string            `json:"type"`
	ETag         string            `json:"etag"`
	Checksum     map[string]string `json:"checksum,omitempty"`
	Name         string            `json:"name"`
	Path         string            `json:"path"`
	ID           string            `json:"id"`
	Metadata     map[string]string `json:"metadata"`
	Owner        *string           `json:"owner,omitempty"`
	Rule         string            `json:"rule"`
	LastModified int64             `json:"lastModified"`
}

// Reader has the keys, and the values that a receipt must match.
type Reader struct {
	Keys                         []string
	Bucket, Region, Prefix, Rule string
	MaxAge                       time.Duration
}

// Read wraps one of these if it refuses a receipt.
var (
	ErrInvalid = errors.New("RECEIPT_INVALID")
	ErrOwner   = errors.New("RECEIPT_OWNER")
	ErrExpired = errors.New("RECEIPT_EXPIRED")
)

// Read reads a receipt of Waybill. docs/reference/receipts.md explains each check.
// The owner is nil for a public rule only.
func (r Reader) Read(text string, owner *string, now time.Time) (*Receipt, error) {
	plain, err := r.open(text)
	if err != nil {
		return nil, err
	}
	var receipt Receipt
	if err := json.Unmarshal(plain, &receipt); err != nil || receipt.V != 1 {
		return nil, fmt.Errorf("%w: for another version", ErrInvalid)
	}
	age := now.Sub(time.UnixMilli(receipt.LastModified))
	switch {
	case receipt.Place != [3]string{r.Bucket, r.Region, r.Prefix}:
		return nil, fmt.Errorf("%w: for another bucket, region or prefix", ErrInvalid)
	case receipt.Rule != r.Rule:
		return nil, fmt.Errorf("%w: of the rule %s, expected %s", ErrInvalid, receipt.Rule, r.Rule)
	case (receipt.Owner == nil) != (owner == nil) || owner != nil && *receipt.Owner != *owner:
		return nil, fmt.Errorf("%w: it belongs to another owner", ErrOwner)
	case age < -5*time.Minute || age > r.MaxAge:
		return nil, fmt.Errorf("%w: %v old, at most %v are allowed", ErrExpired, age, r.MaxAge)
	}
	return &receipt, nil
}

var sealed = regexp.MustCompile(`^([\w-]+)\.\.([\w-]{16})\.([\w-]*)\.([\w-]{22})$`)

// base64url refuses other spellings of the same bytes.
var base64url = base64.RawURLEncoding.Strict()

func (r Reader) open(text string) ([]byte, error) {
	parts := sealed.FindStringSubmatch(text)
	for _, key := range r.Keys {
		raw, err := base64url.DecodeString(key)
		if err != nil || len(raw) != 32 {
			return nil, fmt.Errorf("a key has %d characters, expected 43: run waybill secret receipt-key", len(key))
		}
		kid, err := hkdf.Key(sha256.New, []byte(key), nil, "receipt kid 1", 6)
		if err != nil {
			return nil, err
		}
		header := fmt.Sprintf(`{"alg":"dir","enc":"A256GCM","kid":"%s"}`, base64url.EncodeToString(kid))
		if parts == nil || len(text) > 16_384 || parts[1] != base64url.EncodeToString([]byte(header)) {
			continue
		}
		iv, _ := base64url.DecodeString(parts[2])
		ciphertext, err1 := base64url.DecodeString(parts[3])
		tag, err2 := base64url.DecodeString(parts[4])
		block, err3 := aes.NewCipher(raw)
		if err := errors.Join(err1, err2, err3); err != nil {
			continue
		}
		gcm, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		if plain, err := gcm.Open(nil, iv, append(ciphertext, tag...), []byte(parts[1])); err == nil {
			return plain, nil
		}
	}
	return nil, fmt.Errorf("%w: not sealed by this signer", ErrInvalid)
}
