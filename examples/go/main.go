package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"os"
	"sync"
)

//go:embed templates
var files embed.FS
var templates = template.Must(template.ParseFS(files, "templates/*"))

type photo struct{ Owner, Name, Key string }

// In place of your database.
var (
	mutex    sync.Mutex
	sessions = map[string]string{} // users by the id of their session
	photos   = map[string]photo{}
	users    = map[string]string{ // PBKDF2 of their passwords
		"ada": "5552255816bde1b0e452900b9e6d38f74932fcead44f649003f8776a46ed52f8",
		"eve": "8bc6971ecc5198232243124aaed55870ffc8d22de7223ac383e5afb2544e81b9",
	}
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) { show(w, "login.html", nil) })
	mux.HandleFunc("POST /login", login)
	mux.HandleFunc("GET /upload-token", signedIn(sendToken))
	mux.HandleFunc("GET /{$}", signedIn(func(w http.ResponseWriter, r *http.Request, user string) { showForm(w, user, false) }))
	mux.HandleFunc("POST /{$}", signedIn(save))
	mux.HandleFunc("GET /photos/{id}", signedIn(showPhoto))
	mux.HandleFunc("GET /photos/{id}/file", signedIn(redirectToFile))
	address := "localhost:" + cmp.Or(os.Getenv("PORT"), "8000")
	log.Fatal(http.ListenAndServe(address, fromSameOrigin(mux)))
}

func sendToken(w http.ResponseWriter, r *http.Request, user string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(map[string]string{"token": uploadToken(user, map[string]any{})})
}

func showForm(w http.ResponseWriter, user string, isRejected bool) {
	show(w, "upload.html", map[string]any{"Signer": signer, "User": user, "Rejected": isRejected})
}

func save(w http.ResponseWriter, r *http.Request, user string) {
	receipt, err := callSigner(user, "claim", map[string]string{"receipt": r.PostFormValue("photo")})
	if err != nil {
		http.Error(w, "Your photo is uploaded, but not saved. Please go back and send it again.", http.StatusServiceUnavailable)
		return
	}
	if receipt.ID == "" {
		showForm(w, user, true)
		return
	}
	// A form can be submitted twice, so the upload's id is the photo's.
	mutex.Lock()
	photos[receipt.ID] = photo{user, receipt.Name, receipt.Key}
	mutex.Unlock()
	http.Redirect(w, r, "/photos/"+receipt.ID, http.StatusSeeOther)
}

func showPhoto(w http.ResponseWriter, r *http.Request, user string) {
	if photo, ok := findPhoto(w, r, user); ok {
		show(w, "photo.html", map[string]string{"ID": r.PathValue("id"), "Name": photo.Name, "Key": photo.Key})
	}
}

func redirectToFile(w http.ResponseWriter, r *http.Request, user string) {
	photo, ok := findPhoto(w, r, user)
	if !ok {
		return
	}
	link, err := callSigner(user, "link", map[string]string{"key": photo.Key})
	if err != nil || link.URL == "" {
		http.Error(w, "Please try again later.", http.StatusBadGateway)
		return
	}
	http.Redirect(w, r, link.URL, http.StatusSeeOther)
}

func findPhoto(w http.ResponseWriter, r *http.Request, user string) (photo, bool) {
	mutex.Lock()
	defer mutex.Unlock()
	found := photos[r.PathValue("id")]
	if found.Owner != user {
		http.NotFound(w, r)
	}
	return found, found.Owner == user
}

func show(w http.ResponseWriter, name string, data any) {
	if err := templates.ExecuteTemplate(w, name, data); err != nil {
		log.Print(err)
	}
}

func login(w http.ResponseWriter, r *http.Request) {
	name := r.PostFormValue("name")
	key, err := pbkdf2.Key(sha256.New, r.PostFormValue("password"), []byte(name), 600_000, 32)
	if err != nil || !hmac.Equal([]byte(users[name]), []byte(hex.EncodeToString(key))) {
		show(w, "login.html", nil)
		return
	}
	id := rand.Text()
	mutex.Lock()
	sessions[id] = name
	mutex.Unlock()
	// Add Secure in production.
	http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func signedIn(handle func(http.ResponseWriter, *http.Request, string)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user := ""
		if cookie, err := r.Cookie("session"); err == nil {
			mutex.Lock()
			user = sessions[cookie.Value]
			mutex.Unlock()
		}
		if user == "" {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		handle(w, r, user)
	}
}

// fromSameOrigin protects from CSRF. From Go 1.25 on, use http.CrossOriginProtection.
func fromSameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, err := url.Parse(r.Header.Get("Origin"))
		if r.Method == "POST" && (err != nil || origin.Host != r.Host) {
			http.Error(w, "This form is from another site.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
