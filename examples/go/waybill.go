package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"time"
)

var signer, tokenSecret = os.Getenv("WAYBILL_URL"), os.Getenv("WAYBILL_TOKEN_SECRET")
var client = http.Client{Timeout: 20 * time.Second}

func uploadToken(owner string, claims map[string]any) string {
	claims["sub"], claims["aud"], claims["exp"] = owner, signer, time.Now().Unix()+900
	content, _ := json.Marshal(claims)
	b64url := base64.RawURLEncoding.EncodeToString
	unsigned := b64url([]byte(`{"alg":"HS256"}`)) + "." + b64url(content)
	seal := hmac.New(sha256.New, []byte(tokenSecret))
	seal.Write([]byte(unsigned))
	return unsigned + "." + b64url(seal.Sum(nil))
}

// answer has the members of the signer's responses that this app uses.
type answer struct {
	ID, Name, Key, URL string
}

func callSigner(owner, call string, body map[string]string) (said answer, err error) {
	content, _ := json.Marshal(body)
	request, err := http.NewRequest("POST", signer+"/"+call, bytes.NewReader(content))
	if err != nil {
		return said, err
	}
	request.Header.Set("Authorization", "Bearer "+uploadToken(owner, map[string]any{"scope": "backend"}))
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return said, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 500 {
		return said, errors.New(response.Status)
	}
	return said, json.NewDecoder(response.Body).Decode(&said)
}
