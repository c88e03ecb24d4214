require "prometheus/client/rack/collector"
require "prometheus/client/rack/exporter"

# The labels are the application's to build: the pattern instead of the raw path.
use Prometheus::Client::Rack::Collector do |env|
  path = env["PATH_INFO"].sub(%r{\A/(hello|items)/[^/]+\z}) { "/#{$1}/:id" }
  { method: env["REQUEST_METHOD"].downcase, path: path }
end
use Prometheus::Client::Rack::Exporter

run lambda { |env|
  answer = ->(status) { [status, { "content-type" => "text/plain" }, ["#{status}"]] }
  case "#{env["REQUEST_METHOD"]} #{env["PATH_INFO"]}"
  when "GET /", %r{\AGET /hello/} then answer[200]
  when "POST /items" then answer[201]
  when "GET /slow"
    sleep(env["QUERY_STRING"][/ms=(\d+)/, 1].to_i / 1000.0)
    answer[200]
  when "GET /boom" then answer[500]
  else answer[404]
  end
}
