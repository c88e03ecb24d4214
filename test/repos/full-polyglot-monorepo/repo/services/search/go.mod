module example.com/search
require github.com/gin-gonic/gin v1.10.0
