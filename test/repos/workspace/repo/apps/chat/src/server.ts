Bun.serve({ port: 7817, fetch: () => new Response('ok') })
