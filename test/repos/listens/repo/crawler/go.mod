module crawler

require github.com/gin-gonic/gin v1.11.0
