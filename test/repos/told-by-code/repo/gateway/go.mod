module gateway

require github.com/gin-gonic/gin v1.11.0 // indirect
