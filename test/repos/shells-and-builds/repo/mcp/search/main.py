from fastmcp import FastMCP

from search.retry import Retry

server = FastMCP("search")
server.run(transport="http", host="0.0.0.0", port=8000)
