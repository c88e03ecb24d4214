defmodule Shop.MixProject do
  def project, do: [app: :shop]
  defp deps do
    [
      {:phoenix, "~> 1.7.14"},
      # {:bandit, "~> 1.5"},
      {:prom_ex, "~> 1.11"},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false}
    ]
  end
end
