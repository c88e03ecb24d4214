dependencies {
    implementation(libs.ktor.server.netty)
}
