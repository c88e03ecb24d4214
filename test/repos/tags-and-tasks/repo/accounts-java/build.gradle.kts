dependencies {
    implementation("org.springframework.boot:spring-boot-starter-web:3.3.5")
}
