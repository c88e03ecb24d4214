package errors

import "github.com/labstack/echo/v4"

func NotFound() *echo.HTTPError { return echo.NewHTTPError(404) }
