const { MATCHMAKING_URL, LEADERBOARD_URL } = process.env

async function ask(url, method = 'GET', body = undefined) {
  const response = await fetch(url, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(3000),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** Who waits for somebody to play with. */
export const matchmaking = {
  enter: name => ask(`${MATCHMAKING_URL}/players`, 'POST', { name }),
  leave: name => ask(`${MATCHMAKING_URL}/players/${name}`, 'DELETE'),
}

/** Who has won how often. */
export const leaderboard = {
  save: (winner, loser) => ask(`${LEADERBOARD_URL}/results`, 'POST', { winner, loser }),
  best: () => ask(`${LEADERBOARD_URL}/players`),
}
