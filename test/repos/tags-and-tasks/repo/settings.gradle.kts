include("gateway", "accounts-java")
