FROM gradle:9-jdk21 AS build
COPY . .
RUN ./gradlew :services:payments:bootJar --no-daemon
FROM eclipse-temurin:21
COPY --from=build /services/payments/build/libs/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]
