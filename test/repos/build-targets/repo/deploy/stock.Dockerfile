FROM maven:3-eclipse-temurin-21 AS build
COPY . .
RUN mvn -B package -pl :stock -am
FROM eclipse-temurin:21
COPY --from=build /out/app.jar /app.jar
CMD ["java", "-jar", "/app.jar"]
