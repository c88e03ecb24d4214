import connexion

app = connexion.FlaskApp(__name__)
app.run(port=8090)
