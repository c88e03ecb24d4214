# Runs a command in a terminal of its own and plays a person: waits for each text, then presses the keys.
#   terminal.py '[["text to wait for", "keys"], ...]' command arguments...
# Prints what the terminal showed; exits as the command did.
import json, os, pty, select, sys, time

steps = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(TERM='xterm', COLUMNS='120', LINES='40')
    os.environ.pop('CI', None)
    os.execvp(sys.argv[2], sys.argv[2:])
shown = ''
seen = 0
end = time.time() + 60
while time.time() < end:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data.decode(errors='replace')
    elif steps and steps[0][0] in shown[seen:]:
        seen = len(shown)
        os.write(terminal, steps.pop(0)[1].encode())
print(shown)
if steps:
    print('never shown: ' + steps[0][0])
    sys.exit(99)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
