from starlette.applications import Starlette
from starlette.routing import Mount

from shop import prices

app = Starlette(routes=[Mount("/prices", app=prices.handle)])
