package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

func Serve() { r := chi.NewRouter(); http.ListenAndServe(":8080", r) }
