package jobs

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func Run(ctx context.Context) {
	connection, _ := pgx.Connect(ctx, "")
	<-ctx.Done()
	connection.Close(ctx)
}
