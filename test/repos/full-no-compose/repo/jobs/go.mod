module example.com/jobs
require github.com/go-chi/chi/v5 v5.1.0
