FROM eclipse-temurin:21-jre
ARG JAR_FILE
COPY ${JAR_FILE} app.jar
EXPOSE 48080
ENTRYPOINT ["java", "-jar", "/app.jar"]
