dependencies {
    implementation("org.springframework.cloud:spring-cloud-starter-gateway:4.0.8")
}
