FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build
COPY . .
RUN dotnet publish src/Catalog/Catalog.csproj -c Release -o /out
FROM mcr.microsoft.com/dotnet/aspnet:9.0
COPY --from=build /out .
CMD ["dotnet", "Catalog.dll"]
