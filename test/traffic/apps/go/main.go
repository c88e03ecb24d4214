package main

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var duration = promauto.NewHistogramVec(prometheus.HistogramOpts{
	Name: "http_request_duration_seconds", Help: "Time until the response was sent",
}, []string{"method", "route", "status_code"})

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sw, start := &statusWriter{w, http.StatusOK}, time.Now()
		defer func() {
			duration.WithLabelValues(r.Method, strings.TrimPrefix(r.Pattern, r.Method+" "), strconv.Itoa(sw.status)).Observe(time.Since(start).Seconds())
		}()
		next.ServeHTTP(sw, r)
	})
}

func answer(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

func main() {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", answer(200))
	mux.Handle("GET /hello/{name}", answer(200))
	mux.Handle("GET /items/{id}", answer(404))
	mux.Handle("POST /items", answer(201))
	mux.Handle("GET /boom", answer(500))
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) {
		ms, _ := strconv.Atoi(r.URL.Query().Get("ms"))
		time.Sleep(time.Duration(ms) * time.Millisecond)
	})

	root := http.NewServeMux()
	root.Handle("/metrics", promhttp.Handler())
	root.Handle("/", measured(mux))
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), root)
}
