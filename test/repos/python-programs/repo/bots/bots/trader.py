import subprocess

from bots.orders import place

while True:
    place(subprocess.run(["quotes"], capture_output=True).stdout)
