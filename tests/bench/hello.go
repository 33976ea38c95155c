// The seed's server, for comparison: Go's net/http answering GET /hello on one processor, and POST
// /upload, whose first part goes into a file that is synced and renamed.
//   hello PORT FOLDER
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
)

func upload(folder string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts, err := r.MultipartReader()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		part, err := parts.NextPart()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		file, err := os.CreateTemp(folder, "upload")
		if err == nil {
			_, err = io.Copy(file, part)
		}
		if err == nil {
			err = file.Sync()
		}
		if err == nil {
			err = file.Close()
		}
		if err == nil {
			err = os.Rename(file.Name(), filepath.Join(folder, filepath.Base(file.Name())+".bin"))
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	http.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "Hello, World!")
	})
	http.HandleFunc("/upload", upload(os.Args[2]))
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
