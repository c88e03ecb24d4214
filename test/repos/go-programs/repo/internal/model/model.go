package model

import "github.com/gin-gonic/gin/binding"

var Form = binding.Form
