package main

func main() {
	r.Run(":9001")
}
