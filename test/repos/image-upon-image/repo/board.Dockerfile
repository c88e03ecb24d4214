FROM shop-collector:latest
COPY src/ src/
CMD ["uvicorn", "src.board.api:app", "--port", "8700"]
