package main

func main() {
	srv := &http.Server{Addr: ":9002"}
	srv.ListenAndServe()
}
