# One image for every role: see docker-compose.yml.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN dotnet publish Portal/Portal.csproj -c Release -o /app -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# ssh for hosts behind it; PostgreSQL's client programs for backup and restore.
RUN apt-get update -qq \
 && apt-get install -qq -y --no-install-recommends openssh-client postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o $APP_UID /data /keys
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
VOLUME ["/data", "/keys"]
EXPOSE 8443
ENTRYPOINT ["dotnet", "Portal.dll"]
CMD ["--listen", "0.0.0.0", "--port", "8443", "--data", "/data", "--keys", "/keys"]
