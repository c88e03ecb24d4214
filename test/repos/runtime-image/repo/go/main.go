package main

func main() {
	http.ListenAndServe(":7070", nil)
}
