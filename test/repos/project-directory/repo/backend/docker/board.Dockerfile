FROM python:3.13
COPY board.py .
RUN pip install flask
CMD ["flask", "--app", "board", "run", "--port", "8080"]
