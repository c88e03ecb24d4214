FROM eclipse-temurin:21
COPY docker/data/server/application .
ENTRYPOINT ["java", "org.springframework.boot.loader.launch.JarLauncher"]
