package web

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

func Serve(address string) error { return http.ListenAndServe(address, chi.NewRouter()) }
