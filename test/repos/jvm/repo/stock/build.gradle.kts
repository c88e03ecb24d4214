plugins {
    id("io.quarkus")
    // id("org.springframework.boot") version "3.4.0"
}
dependencies {
    implementation(enforcedPlatform("io.quarkus.platform:quarkus-bom:3.16.3"))
    implementation("io.quarkus:quarkus-rest")
    implementation("io.quarkus:quarkus-micrometer-registry-prometheus")
    testImplementation("io.rest-assured:rest-assured")
}
