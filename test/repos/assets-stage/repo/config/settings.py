DATABASES = {"default": {"PORT": os.getenv("POSTGRES_PORT", "5432")}}
